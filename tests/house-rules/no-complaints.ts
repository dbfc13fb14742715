/** Fails with one complaint a line, and without a stack: what is wrong is in another file. */
export function noComplaints(complaints: readonly string[]): void {
  if (complaints.length === 0) return;
  const error = new Error(`${complaints.length} broken:\n${complaints.join("\n")}`);
  error.stack = error.message;
  throw error;
}
