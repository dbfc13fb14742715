import assert from "node:assert/strict";
import http2 from "node:http2";
import { it } from "node:test";
import { createLogger } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { echoDoor } from "./echo-service.ts";
import { startHost } from "./start-host.ts";

it("what grpc-js says of a header it cannot take is logged without the header's value", async (test) => {
  const onConsole = test.mock.method(console, "error", () => {});
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "test", level: "warn", destination });
  const { address, close } = await startHost(echoDoor(), { logger });
  const session = http2.connect(`http://${address}`);
  try {
    const call = session.request({
      ...{ ":method": "POST", ":path": "/tollbook.test.v1.EchoService/Say", te: "trailers" },
      ...{ "content-type": "application/grpc", authorization: "Bearer my-secret-\u00e9" },
    });
    call.end();
    await eventually(() => assert.match(lines.join(""), /metadata entry authorization/));
    assert.doesNotMatch(lines.join(""), /my-secret/);
    assert.equal(onConsole.mock.callCount(), 0);
  } finally {
    session.destroy();
    await close();
  }
});
