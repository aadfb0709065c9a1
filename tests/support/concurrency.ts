/** Runs `task` for every member, at most so many at a time. Throws what a task throws, when the running ones have ended. */
export const forEachAtMost = async <Member>(
  most: number,
  members: readonly Member[],
  task: (member: Member) => Promise<void>,
): Promise<void> => {
  const waiting = members.values();
  const workers = Array.from({ length: Math.min(most, members.length) }, async () => {
    for (const member of waiting) await task(member);
  });
  const ended = await Promise.allSettled(workers);
  for (const worker of ended) if (worker.status === "rejected") throw worker.reason;
};
