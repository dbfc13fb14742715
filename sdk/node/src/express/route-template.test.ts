import assert from "node:assert/strict";
import { describe, it } from "node:test";
import express5, { type Express, type RequestHandler } from "express";
// @ts-expect-error: Express 4 under another name, without types of its own.
import express4 from "express-4";
import { type App, routeTemplate } from "./route-template.ts";

type Framework = typeof express5;

const done: RequestHandler = (_request, response) => void response.end();
const passes: RequestHandler = (_request, _response, next) => next();

function shop(express: Framework): Express {
  const app = express();
  const v1 = express.Router();
  const tenant = express.Router({ mergeParams: true });
  const admin = express();
  app.use(passes);
  app.use("/v1", passes);
  app.get("/", done);
  app.get("/v1/forecast/:city", done);
  app.post("/v1/forecast/:city", done);
  app.get(["/old/:id", "/older/:id"], done);
  app.all("/any/:thing", done);
  v1.get("/", done);
  v1.get("/current/:city", done);
  v1.use("/tenants/:tenant", tenant);
  tenant.get("/users/:user", done);
  app.use("/v1", v1);
  admin.get("/health", done);
  app.use("/admin", admin);
  app.get("/late/:id", done);
  return app;
}

const calls: [call: string, template: string][] = [
  ["GET /", "/"],
  ["GET /?city=pune", "/"],
  ["GET /v1/forecast/pune", "/v1/forecast/{city}"],
  ["GET /v1/forecast/new%20delhi?days=3", "/v1/forecast/{city}"],
  ["GET /V1/Forecast/pune/", "/v1/forecast/{city}"],
  ["HEAD /v1/forecast/pune", "/v1/forecast/{city}"],
  ["POST /v1/forecast/pune", "/v1/forecast/{city}"],
  ["PUT /v1/forecast/pune", "(no route)"],
  ["DELETE /any/x", "/any/{thing}"],
  ["GET /v1", "/v1"],
  ["GET /v1/current/pune", "/v1/current/{city}"],
  ["GET /v1/tenants/acme/users/7", "/v1/tenants/{tenant}/users/{user}"],
  ["GET /v1/tenants/acme", "(no route)"],
  ["GET /v1x/current/pune", "(no route)"],
  ["GET /wp-login.php", "(no route)"],
  ["GET /late/1", "/late/{id}"],
  ["GET http://api.example.com/v1/forecast/pune", "/v1/forecast/{city}"],
];

for (const [version, express] of [
  ["5", express5],
  ["4", express4 as Framework],
] as const) {
  describe(`routeTemplate on Express ${version}`, () => {
    const app = shop(express);
    for (const [call, template] of calls) {
      it(`finds ${template} for ${call}`, () => {
        const [method = "", url = ""] = call.split(" ");
        assert.equal(routeTemplate(app as unknown as App, method, url), template);
      });
    }

    it("cannot look into a mounted application, and says no more than where it is", () => {
      assert.equal(routeTemplate(app as unknown as App, "GET", "/admin/health"), "/admin/{+rest}");
    });

    it("finds the routes of a mounted application from inside it", () => {
      const outer = express();
      const inner = express();
      inner.get("/users/:id", done);
      outer.use("/teams/:team", inner);
      const found = routeTemplate(inner as unknown as App, "GET", "/teams/red/users/7");
      assert.equal(found, "/teams/{team}/users/{id}");
    });

    it("leaves the layers as they were for the router", () => {
      const before = JSON.stringify(app, layersOnly);
      routeTemplate(app as unknown as App, "GET", "/v1/current/pune");
      assert.equal(JSON.stringify(app, layersOnly), before);
    });
  });
}

describe("routeTemplate", () => {
  it("has no route for a path that cannot be decoded, which Express 5 refuses", () => {
    const app = shop(express5) as unknown as App;
    assert.equal(routeTemplate(app, "GET", "/v1/forecast/%E0%A4"), "(no route)");
  });

  it("names one of several paths of a route (Express 5)", () => {
    assert.equal(routeTemplate(shop(express5) as unknown as App, "GET", "/older/1"), "/older/{id}");
  });

  it("never gives a raw path for a mount that is a regular expression", () => {
    for (const express of [express5, express4 as Framework]) {
      const app = express();
      const router = express.Router();
      router.get("/x", done);
      app.use(/\/secret-\d+/, router);
      const found = routeTemplate(app as unknown as App, "GET", "/secret-42/x");
      assert.doesNotMatch(found, /42/);
    }
  });

  it("has no route for an application that has none, or for no application", () => {
    assert.equal(routeTemplate(express5() as unknown as App, "GET", "/"), "(no route)");
    assert.equal(routeTemplate(undefined, "GET", "/"), "(no route)");
  });
});

/** What a router keeps on its layers while it works. */
function layersOnly(name: string, value: unknown): unknown {
  return ["parent", "settings", "cache"].includes(name) ? undefined : value;
}
