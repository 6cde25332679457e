/**
 * Runs a second server inside the container, which loads a dump from standard input, and ends it whatever happens: when
 * it is told `end`, when its input closes (the client that started it is gone), or by SIGTERM. It waits for all
 * that it started, so that nothing is left to the container's first process.
 *
 * Constant text. Arguments: bytes of the dump, name of the working folder, program of the server, client program,
 * port, number of databases, folder of the data; then those by which the client reaches the live server, whose password
 * is in REDISCLI_AUTH. The password of the second server is in HOLDFAST_STAGE_PASSWORD.
 *
 * The dump reaches the server by a pipe, as the file /proc/self/fd/0: it is never on a disk. Loading as a replica
 * (of nothing) keeps keys that expired since, so that what was loaded can be compared with what was counted.
 *
 * It says `loaded FOLDER` when the second server answers. Then it reads lines: commands by which the live server is put
 * right again should the end come without `end` (`forget` drops those that it was told so far); it repeats each.
 */
export const stageScript = `
bytes=$1 name=$2 server=$3 client=$4 port=$5 databases=$6 data=$7
shift 7
umask 077
folder=
for base in /dev/shm /tmp "$data"; do
  folder=$(mktemp -d "$base/$name-XXXXXX" 2>/dev/null) && break
done
[ -n "$folder" ] || { echo "no folder can be made in /dev/shm, /tmp or $data" >&2; exit 3; }
undo=
pid=
finish() {
  trap '' TERM INT HUP
  [ -z "$undo" ] || printf '%s' "$undo" | "$client" "$@" >/dev/null 2>&1
  undo=
  [ -z "$pid" ] || kill "$pid" 2>/dev/null
  wait
  rm -rf "$folder"
}
trap 'finish "$@"; exit 143' TERM INT HUP
ln -s /proc/self/fd/0 "$folder/dump.rdb"
exec 3<&0
head -c "$bytes" <&3 3<&- | "$server" /proc/self/fd/4 --port "$port" --bind 127.0.0.1 --unixsocket "$folder/socket" \\
  --unixsocketperm 700 --dir "$folder" --dbfilename dump.rdb --save '' --appendonly no --daemonize no \\
  --pidfile "$folder/pid" --logfile '' --databases "$databases" --replicaof 127.0.0.1 9 \\
  --repl-diskless-sync yes --repl-diskless-sync-delay 0 >&2 3<&- 4<<CONFIGURATION &
requirepass $HOLDFAST_STAGE_PASSWORD
CONFIGURATION
pid=$!
until [ "$(REDISCLI_AUTH=$HOLDFAST_STAGE_PASSWORD "$client" -s "$folder/socket" ping 2>/dev/null)" = PONG ]; do
  [ -e "/proc/$pid/exe" ] || { finish "$@"; exit 4; }
  sleep 0.05
done
echo "loaded $folder"
status=5
while IFS= read -r line; do
  case $line in
    end) undo= status=0 ;;
    forget) undo= ;;
    *) undo="$line
$undo" ;;
  esac
  [ "$status" = 5 ] || break
  printf '%s\\n' noted
done
finish "$@"
exit "$status"
`;

/**
 * Ends what a dead operation left. Argument: name of its working folders. A number that is somebody else's by now has
 * another working directory.
 */
export const sweepScript = `
for folder in /dev/shm/"$1"-* /tmp/"$1"-* "$2"/"$1"-*; do
  [ -d "$folder" ] || continue
  pid=$(cat "$folder/pid" 2>/dev/null)
  if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$folder" ]; then kill "$pid"; fi
  rm -rf "$folder"
done
rm -f "$2"/"$1".part
`;
