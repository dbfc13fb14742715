// Every npm task starts here, so that an old Node says what is wrong instead of failing on the
// first line of TypeScript it cannot read. Written for the oldest Node there may be.
"use strict";

var wanted = 24;
var found = parseInt(process.versions.node.split(".")[0], 10);
if (found < wanted) {
  console.error(
    "Tollbook needs Node " +
      wanted +
      " or newer, and this is Node " +
      process.versions.node +
      " (" +
      process.execPath +
      ").\n" +
      "On Linux, `npm ci` brings the right one: run it without --omit=optional, then run this\n" +
      "task through npm (`npm start`, `npm test`). Elsewhere install Node " +
      wanted +
      " from https://nodejs.org.",
  );
  process.exit(1);
}
