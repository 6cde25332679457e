const groups = new Set<number>();

/**
 * Kills a process group when this process exits by itself (`process.exit`, an uncaught error).
 * @returns takes the group off the list again; call it when the group's leader is gone
 */
export function killAtExit(group: number): () => void {
  if (groups.size === 0) process.on('exit', killAll);
  groups.add(group);
  return () => {
    groups.delete(group);
    if (groups.size === 0) process.off('exit', killAll);
  };
}

function killAll(): void {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}
