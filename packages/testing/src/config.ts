/** What `npm test` hands on to the test files it starts; a file run alone finds nothing here. */
export interface HandedOn {
  /** The superuser's URL of the one PostgreSQL all files share. */
  postgresUrl?: string | undefined;
  /** A nats-server that runs. */
  natsServer?: string | undefined;
  /** What this machine cannot give, and why: `{ nats: "No nats-server was found …" }`. */
  missing: Readonly<Record<string, string>>;
}

/** The environment variables in which it is handed on. */
export const handedOnNames = {
  postgresUrl: "TOLLBOOK_TEST_POSTGRES_URL",
  natsServer: "TOLLBOOK_NATS_SERVER",
  missing: "TOLLBOOK_TEST_MISSING",
} as const;

/** Reads what was handed on to this process. */
export function handedOn(
  env: Readonly<Record<string, string | undefined>> = process.env,
): HandedOn {
  return {
    postgresUrl: env[handedOnNames.postgresUrl],
    natsServer: env[handedOnNames.natsServer],
    missing: JSON.parse(env[handedOnNames.missing] ?? "{}"),
  };
}
