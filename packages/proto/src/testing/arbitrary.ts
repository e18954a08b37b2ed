/** fast-check arbitraries for messages of any type, built from their field descriptions. For tests only. */
import fc from 'fast-check';
import type { AnyMessageType, FieldInfo, MessageValue } from '../runtime/message-type.ts';

/** Values of a message type; sub-messages nest up to `depth` levels. */
export function arbitraryMessage(type: AnyMessageType, depth = 3): fc.Arbitrary<unknown> {
  const entries = type.fields.map((field) => [field.property, arbitraryField(field, depth)] as const);
  return fc.record(Object.fromEntries(entries)).map((values) => {
    const message = type.create() as MessageValue;
    const taken = new Set<string>();
    for (const field of type.fields) {
      const value = (values as MessageValue)[field.property];
      if (value === undefined) continue;
      if (field.oneof !== undefined) {
        if (taken.has(field.oneof)) continue;
        taken.add(field.oneof);
      }
      message[field.property] = value;
    }
    return message;
  });
}

function arbitraryField(field: FieldInfo, depth: number): fc.Arbitrary<unknown> {
  if (field.kind === 'message' && depth === 0) return fc.constant(field.repeated ? [] : undefined);
  if (field.repeated) return fc.array(arbitraryValue(field, depth), { maxLength: 3 });
  return fc.option(arbitraryValue(field, depth), { nil: undefined, freq: 3 });
}

function arbitraryValue(field: FieldInfo, depth: number): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'message':
      return arbitraryMessage((field.message as () => AnyMessageType)(), depth - 1);
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 40 });
    case 'bool':
      return fc.boolean();
    case 'enum':
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat({ max: 0xffffffff });
    case 'int64':
      return field.bigint ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) : fc.maxSafeInteger();
    case 'uint64':
      return field.bigint ? fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) : fc.maxSafeNat();
  }
}
