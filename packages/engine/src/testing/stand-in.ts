/**
 * A stand-in for restic, for a shell: it makes its first argument, a file, when it sees the end of its input, and
 * only then. SIGTERM ends all of it, as it would end restic, which is one process.
 */
export const standIn = `
exec 3<&0
trap 'kill $!; exit 1' TERM
cat <&3 3<&- >"$1.part" &
exec 3<&-
wait $! && mv "$1.part" "$1"
`;
