import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescService,
} from "@bufbuild/protobuf";

type Commented = DescMessage | DescField | DescEnum | DescEnumValue | DescService | DescMethod;

/** The comment above a piece of the contract, as flowing text; empty if there is none. */
export function commentOf(piece: Commented): string {
  const file = "file" in piece ? piece.file : piece.parent.file;
  return commentsOf(file).get(pathOf(piece).join(".")) ?? "";
}

const commentsByFile = new WeakMap<DescFile, Map<string, string>>();

function commentsOf(file: DescFile): Map<string, string> {
  const known = commentsByFile.get(file);
  if (known !== undefined) return known;
  const places = file.proto.sourceCodeInfo?.location ?? [];
  const comments = new Map(places.map((at) => [at.path.join("."), flow(at.leadingComments)]));
  commentsByFile.set(file, comments);
  return comments;
}

/** Field numbers of descriptor.proto, by which source code info names a place. */
const number = { message: 4, enum: 5, service: 6, child: 2, nested: 3, nestedEnum: 4 };

function pathOf(piece: Commented): number[] {
  switch (piece.kind) {
    case "message":
      return piece.parent === undefined
        ? [number.message, piece.file.proto.messageType.indexOf(piece.proto)]
        : [...pathOf(piece.parent), number.nested, piece.parent.nestedMessages.indexOf(piece)];
    case "enum":
      return piece.parent === undefined
        ? [number.enum, piece.file.proto.enumType.indexOf(piece.proto)]
        : [...pathOf(piece.parent), number.nestedEnum, piece.parent.nestedEnums.indexOf(piece)];
    case "service":
      return [number.service, piece.file.proto.service.indexOf(piece.proto)];
    case "field":
      return [...pathOf(piece.parent), number.child, piece.parent.fields.indexOf(piece)];
    case "enum_value":
      return [...pathOf(piece.parent), number.child, piece.parent.values.indexOf(piece)];
    case "rpc":
      return [...pathOf(piece.parent), number.child, piece.parent.methods.indexOf(piece)];
  }
}

function flow(comment: string): string {
  const paragraphs = comment.split(/\n\s*\n/);
  return paragraphs
    .map((text) =>
      text
        .trim()
        .split(/\s*\n\s*/)
        .join(" "),
    )
    .join("\n\n");
}
