import { type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { invalidField } from "@tollbook/domain";

/**
 * The hash of a key opens nothing: gates present it over gRPC, and no HTTP door takes it. Looks
 * through a request of the gate for a field that carries one.
 */
export function refuseKeyHash(type: DescMessage, message: Message, path = ""): void {
  const fields = reflect(type, message);
  for (const field of type.fields) {
    if (!fields.isSet(field)) continue;
    const place = path + field.jsonName;
    if (field.name === keyHashField && field.scalar === ScalarType.BYTES) {
      throw invalidField(place, "KEY_HASH_NOT_ACCEPTED", "Present the key itself, not its hash.");
    }
    if (field.fieldKind === "message") {
      refuseKeyHash(field.message, fields.get(field).message, `${place}.`);
    }
    if (field.fieldKind === "list" && field.listKind === "message") {
      for (const [index, item] of [...fields.get(field)].entries()) {
        const nested = item as { message: Message };
        refuseKeyHash(field.message, nested.message, `${place}[${index}].`);
      }
    }
  }
}

/** The one name that the contract gives to SHA-256 of a customer's key. */
export const keyHashField = "key_sha256";
