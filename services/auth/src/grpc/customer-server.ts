import {
  CreateCustomerRequest,
  CreateCustomerResponse,
  type CustomerServiceServer,
  CustomerServiceService,
  GetCustomerResponse,
  ListCustomersResponse,
  ResumeCustomerResponse,
  SuspendCustomerResponse,
  UpdateCustomerRequest,
  UpdateCustomerResponse,
} from "@tollbook/contracts/auth/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Auth } from "../app/index.ts";
import { parsePage, toPage } from "../domain/page.ts";
import { protoCustomer } from "../words/proto-words.ts";
import { fromProtoCustomer, fromProtoCustomerChanges } from "./convert.ts";
import { once } from "./once.ts";
import { customerPermissions } from "./permissions.ts";

const creating = {
  rpc: "CreateCustomer",
  requestCodec: CreateCustomerRequest,
  responseCodec: CreateCustomerResponse,
};
const updating = {
  rpc: "UpdateCustomer",
  requestCodec: UpdateCustomerRequest,
  responseCodec: UpdateCustomerResponse,
};

/** Those who call the account's API. */
export const customerDoor = (app: Auth): Door => ({
  service: CustomerServiceService,
  implementation: { ...changes(app), ...reads(app) },
  permissions: customerPermissions,
});

const changes = (app: Auth): Partial<CustomerServiceServer> => ({
  createCustomer: unary((request: CreateCustomerRequest, caller) =>
    once(app.database, caller, { ...creating, request }, async (tx) => {
      const customer = await app.createCustomer(tx, fromProtoCustomer(request));
      return CreateCustomerResponse.fromPartial({ customer: protoCustomer(customer) });
    }),
  ),
  updateCustomer: unary((request: UpdateCustomerRequest, caller) =>
    once(app.database, caller, { ...updating, request }, async (tx) => {
      const customerId = parseId(request.customer?.customerId ?? "", "customer.customer_id");
      const changed = fromProtoCustomerChanges(request);
      const customer = await app.updateCustomer(tx, customerId, changed);
      return UpdateCustomerResponse.fromPartial({ customer: protoCustomer(customer) });
    }),
  ),
  suspendCustomer: unary(async (request, caller) => {
    const customerId = parseId(request.customerId, "customer_id");
    const customer = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.setStanding(tx, customerId, "suspended"),
    );
    return SuspendCustomerResponse.fromPartial({ customer: protoCustomer(customer) });
  }),
  resumeCustomer: unary(async (request, caller) => {
    const customerId = parseId(request.customerId, "customer_id");
    const customer = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.setStanding(tx, customerId, "good"),
    );
    return ResumeCustomerResponse.fromPartial({ customer: protoCustomer(customer) });
  }),
});

const reads = (app: Auth): Partial<CustomerServiceServer> => ({
  getCustomer: unary(async (request, caller) => {
    const customerId = parseId(request.customerId, "customer_id");
    const customer = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.customers.get(tx, customerId),
    );
    return GetCustomerResponse.fromPartial({ customer: protoCustomer(customer) });
  }),
  listCustomers: unary(async (request, caller) => {
    const { pageSize, pageToken, externalId, nameContains } = request;
    const page = parsePage(pageSize, pageToken, ["ListCustomers", externalId, nameContains]);
    const filter = { externalId, nameContains };
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.customers.list(tx, page, filter),
    );
    const { items, nextPageToken } = toPage(rows, page, (customer) => customer.customerId);
    return ListCustomersResponse.fromPartial({
      customers: items.map(protoCustomer),
      nextPageToken,
    });
  }),
});
