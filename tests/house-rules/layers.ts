import { type Import, importsOf, workspaceOf } from "./imports.ts";
import { isTest, placeOf, type Source } from "./source.ts";

/** What each of the shared packages may stand on, besides what npm brings. */
const packagesBelow: Readonly<Record<string, readonly string[]>> = {
  "packages/contracts": [],
  "packages/domain": [],
  "packages/gate": ["domain", "contracts"],
  "packages/service": ["domain", "contracts"],
  "packages/events": ["domain", "contracts", "service"],
  "packages/testing": ["domain", "contracts", "service", "events", "local"],
};
const everyService = ["domain", "contracts", "service", "events"];
const workspacesBelow: Readonly<Record<string, readonly string[]>> = {
  ...packagesBelow,
  "services/auth": [...everyService, "gate"],
  "services/metering": everyService,
  "services/billing": everyService,
  "services/notifier": everyService,
  "services/gateway": ["domain", "contracts", "service"],
  "sdk/node": ["domain", "contracts", "gate"],
  "examples/weathernow": ["sdk", "local", "contracts"],
  dashboard: [],
};

const needs = "app/needs.ts";

/** The folders of a service, and which of its other folders each may import. */
const layersBelow: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  // A verb announces its fact in the words of events/outgoing.ts, in its own transaction.
  app: ["events/outgoing.ts", "domain"],
  grpc: ["app", "words", "domain"],
  events: ["app", "words", "domain"],
  // What the domain is called in protobuf, where both doors and events say it.
  words: ["app", "domain"],
  storage: [needs, "domain"],
  clients: [needs, "domain"],
};
/** Rooms of one service only (its PDFs, its pages): ways out, like storage and clients. */
const ownRoom: readonly string[] = [needs, "domain"];
/** What puts a service together sees all of it. */
const assembly = /^(main|assemble|index|config)\.ts$/;

/** Computing, without a look at the world: what pure code may take from Node, and from npm. */
const pureComputing = /^(node:(crypto|util|buffer)|xxhash-wasm)$/;
/** Doors, databases and wires: not for the layers that decide. */
const technology = /^(@grpc\/|@mikro-orm\/|pg$|nats$|fastify|nodemailer|opossum|pino)/;

/** Complaints about imports against the arrows: `grpc, events → app → domain ← storage, clients`. */
export function checkLayers(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap((each) => {
      const wrong = wrongImport(source, each);
      return wrong ? [`${placeOf(source, each)} imports ${each.from}: ${wrong}`] : [];
    }),
  );
}

function wrongImport(source: Source, each: Import): string | undefined {
  const home = workspaceOf(source.path);
  if (each.file !== undefined && workspaceOf(each.file) !== home) {
    return `a relative import stays in its workspace, ${home}`;
  }
  return wrongWorkspace(source, home, each) ?? wrongLayer(source, home, each);
}

function wrongWorkspace(source: Source, home: string, { from }: Import): string | undefined {
  const target = /^@tollbook\/([^/]+)/.exec(from)?.[1];
  if (target === undefined || isTest(source.path)) return undefined;
  const below = workspacesBelow[home];
  if (below === undefined || home === `packages/${target}` || below.includes(target)) {
    return undefined;
  }
  if (home.startsWith("services/") && !everyService.includes(target)) {
    return "a service never imports another service, nor what is not for services";
  }
  return `${home} stands on ${below.length > 0 ? below.join(", ") : "none of ours"} only`;
}

function wrongLayer(source: Source, home: string, each: Import): string | undefined {
  const inside = `${home}/src/`;
  if (!source.path.startsWith(inside) || isTest(source.path)) return undefined;
  const [layer = ""] = source.path.slice(inside.length).split("/");
  if (each.file === undefined) return wrongPackage(home, layer, each);
  if (!home.startsWith("services/") || home === "services/gateway" || assembly.test(layer)) {
    return undefined;
  }
  const target = each.file.slice(inside.length);
  const below = layersBelow[layer] ?? ownRoom;
  // The shape of the settings is no more than words; their values are handed down.
  if (target === "config.ts" && each.typeOnly) return undefined;
  // What app asks of the outside is types, wherever in app/ they are written down.
  if (below.includes(needs) && target.startsWith("app/") && each.typeOnly) return undefined;
  const allowed = [layer, ...below].some(
    (room) => target === room || target.startsWith(`${room}/`),
  );
  return allowed
    ? undefined
    : `${layer}/ may import ${[layer, ...below].join(", ")} of its service`;
}

function wrongPackage(home: string, layer: string, each: Import): string | undefined {
  if (!home.startsWith("services/")) return undefined;
  const { from, typeOnly } = each;
  if (layer === "domain" && from !== "@tollbook/domain" && !pureComputing.test(from)) {
    return "domain/ imports only itself and @tollbook/domain";
  }
  if (layer === "app" && technology.test(from) && !typeOnly) {
    return "app/ decides; doors, databases and wires are reached through app/needs.ts";
  }
  return undefined;
}
