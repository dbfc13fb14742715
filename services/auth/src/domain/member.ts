export type Role = "owner" | "admin" | "billing" | "viewer";

/** A person who signs in to an account. */
export interface Member {
  memberId: string;
  email: string;
  name: string;
  role: Role;
  emailVerified: boolean;
  createTime: Date;
}
