import {
  type AccountServiceServer,
  AccountServiceService,
  GetAccountResponse,
  GetMeResponse,
  type MemberServiceServer,
  MemberServiceService,
  RefreshSessionResponse,
  type SessionServiceServer,
  SessionServiceService,
  SignInResponse,
  SignUpResponse,
} from "@tollbook/contracts/auth/v1";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Auth } from "../app/index.ts";
import { sessionEnded } from "../domain/errors.ts";
import { protoAccount, protoMember, protoRootKey, protoSession } from "../words/proto-words.ts";
import { fromProtoSignUp, optionalId } from "./convert.ts";
import { accountPermissions, memberPermissions, sessionPermissions } from "./permissions.ts";

/** The account itself. */
export const accountDoor = (app: Auth): Door => {
  const implementation: Partial<AccountServiceServer> = {
    signUp: unary(async (request) => {
      const requestId = optionalId(request.requestId, "request_id");
      const { account, member, session, rootKey, rootKeySecret } = await app.signUp(
        fromProtoSignUp(request),
        requestId,
      );
      return SignUpResponse.fromPartial({
        account: protoAccount(account),
        member: protoMember(member),
        session: protoSession(session),
        ...(rootKey && { rootKey: protoRootKey(rootKey) }),
        rootKeySecret,
      });
    }),
    getAccount: unary(async (_request, caller) => {
      const account = await app.database.inAccount(requireAccount(caller), app.accounts.get);
      return GetAccountResponse.fromPartial({ account: protoAccount(account) });
    }),
  };
  return { service: AccountServiceService, implementation, permissions: accountPermissions };
};

/** Sessions of members. */
export const sessionDoor = (app: Auth): Door => {
  const implementation: Partial<SessionServiceServer> = {
    signIn: unary(async ({ email, password }) => {
      const { account, member, session } = await app.signIn(email, password);
      return SignInResponse.fromPartial({
        account: protoAccount(account),
        member: protoMember(member),
        session: protoSession(session),
      });
    }),
    refreshSession: unary(async ({ refreshToken }) => {
      const session = await app.refreshSession(refreshToken);
      return RefreshSessionResponse.fromPartial({ session: protoSession(session) });
    }),
    signOut: unary(async ({ refreshToken, everywhere }) => {
      await app.signOut(refreshToken, everywhere);
      return {};
    }),
  };
  return { service: SessionServiceService, implementation, permissions: sessionPermissions };
};

/** People of an account. */
export const memberDoor = (app: Auth): Door => {
  const implementation: Partial<MemberServiceServer> = {
    getMe: unary(async (_request, caller) => {
      if (caller.kind !== "member") throw sessionEnded();
      const { memberId } = caller;
      return app.database.inAccount(caller.accountId, async (tx) => {
        const account = await app.accounts.get(tx);
        const member = await app.accounts.member(tx, memberId);
        if (!member) throw sessionEnded();
        const words = { account: protoAccount(account), member: protoMember(member) };
        return GetMeResponse.fromPartial(words);
      });
    }),
  };
  return { service: MemberServiceService, implementation, permissions: memberPermissions };
};
