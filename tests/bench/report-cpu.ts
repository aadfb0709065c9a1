/**
 * Loaded into a measured process before its own program (`--import`): tells the parent, when asked, how much CPU time
 * the process has used so far, all its threads together.
 */
process.on("message", (message) => {
  if (message !== "cpu") return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system });
});
// The process ends as it would without us.
process.channel?.unref();
