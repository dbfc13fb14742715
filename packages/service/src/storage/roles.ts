/**
 * The four PostgreSQL roles of a service. `owner` runs migrations and owns the tables; `app`
 * serves requests and owns nothing, so FORCED row-level security binds it; `worker` serves what
 * runs across accounts, on the tables its policies list; `lookup` cannot log in and owns the
 * SECURITY DEFINER functions that look things up before an account is known.
 */
export interface ServiceRoles {
  owner: string;
  app: string;
  worker: string;
  lookup: string;
}

/** Passwords of the roles that log in. */
export interface RolePasswords {
  owner: string;
  app: string;
  worker: string;
}

/** A service's name is part of role and database names, so it is plain. */
const plainName = /^[a-z][a-z0-9_]{0,30}$/;

/** The role names of a service: `auth_owner`, `auth_app`, `auth_worker`, `auth_lookup`. */
export function rolesOf(service: string): ServiceRoles {
  return {
    owner: `${plain(service)}_owner`,
    app: `${service}_app`,
    worker: `${service}_worker`,
    lookup: `${service}_lookup`,
  };
}

/** The name unchanged, or an Error: names go into SQL as they are. */
export function plain(name: string): string {
  if (plainName.test(name)) return name;
  throw new Error(`"${name}" cannot be part of a role, table or database name`);
}
