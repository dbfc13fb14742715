import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/** A buf image, ready to be asked for files by name and by symbol. */
export interface DescriptorIndex {
  /** Full names of all services, in the order of the image. */
  services: readonly string[];
  /** The file and all it imports, each once, as encoded FileDescriptorProtos. */
  fileByName(name: string): Uint8Array[] | undefined;
  /** The same for the file that declares a service, method, message, field or enum. */
  fileBySymbol(symbol: string): Uint8Array[] | undefined;
}

interface IndexedFile {
  bytes: Uint8Array;
  imports: readonly string[];
}

/** Reads a buf image (a FileDescriptorSet on the wire). Files keep the bytes buf wrote. */
export function descriptorIndex(image: Uint8Array): DescriptorIndex {
  const files = new Map<string, IndexedFile>();
  const fileOfSymbol = new Map<string, string>();
  const services: string[] = [];
  for (const bytes of filesOf(image)) {
    const file = fromBinary(FileDescriptorProtoSchema, bytes);
    files.set(file.name, { bytes, imports: file.dependency });
    for (const symbol of symbolsOf(file)) fileOfSymbol.set(symbol, file.name);
    services.push(...file.service.map(({ name }) => `${file.package}.${name}`));
  }
  const fileByName = (name: string) => (files.has(name) ? withImports(files, name) : undefined);
  return {
    services,
    fileByName,
    fileBySymbol: (symbol) => fileByName(fileOfSymbol.get(symbol) ?? ""),
  };
}

/** Field 1 of a FileDescriptorSet, undecoded. */
function filesOf(image: Uint8Array): Uint8Array[] {
  const reader = new BinaryReader(image);
  const files: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) files.push(reader.bytes());
    else reader.skip(wireType, field);
  }
  return files;
}

function withImports(files: ReadonlyMap<string, IndexedFile>, name: string): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const visit = (at: string): void => {
    const file = files.get(at);
    if (file === undefined || found.has(at)) return;
    found.set(at, file.bytes);
    file.imports.forEach(visit);
  };
  visit(name);
  return [...found.values()];
}

function symbolsOf(file: FileDescriptorProto): string[] {
  const scope = file.package === "" ? "" : `${file.package}.`;
  const services = file.service.flatMap(({ name, method }) => [
    `${scope}${name}`,
    ...method.map((rpc) => `${scope}${name}.${rpc.name}`),
  ]);
  const enums = file.enumType.map(({ name }) => `${scope}${name}`);
  const extensions = file.extension.map(({ name }) => `${scope}${name}`);
  const messages = file.messageType.flatMap((message) => symbolsOfMessage(message, scope));
  return [...services, ...enums, ...extensions, ...messages];
}

function symbolsOfMessage(message: DescriptorProto, scope: string): string[] {
  const inside = `${scope}${message.name}.`;
  return [
    `${scope}${message.name}`,
    ...message.field.map(({ name }) => `${inside}${name}`),
    ...message.enumType.map(({ name }) => `${inside}${name}`),
    ...message.nestedType.flatMap((nested) => symbolsOfMessage(nested, inside)),
  ];
}
