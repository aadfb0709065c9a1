/** A protobuf message as its bytes, made from its fields in the order of their numbers. */
type Field = Buffer;

const varintType = 0;
const bytesType = 2;

/** A number as a protobuf varint: seven bits a byte, the least first. */
const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
};

const numberField = (number: number, value: number): Field =>
  Buffer.concat([varint(number * 8 + varintType), varint(value)]);

const bytesField = (number: number, value: Buffer): Field =>
  Buffer.concat([varint(number * 8 + bytesType), varint(value.byteLength), value]);

const textField = (number: number, value: string): Field => bytesField(number, Buffer.from(value, "utf8"));

const messageField = (number: number, ...fields: readonly Field[]): Field => bytesField(number, Buffer.concat(fields));

/** A reminder that is delivered once, and again every `redeliverySeconds` until it was taken or given up. */
export interface ReminderRequest {
  readonly actorType: string;
  readonly actorId: string;
  readonly name: string;
  /** ISO 8601. */
  readonly dueAt: string;
  readonly redeliverySeconds: number;
  readonly maxRedeliveries: number;
}

/**
 * The message `dapr.proto.runtime.v1.RegisterActorReminderRequest`, which overwrites a reminder of this name. Written by hand,
 * since none of the SDK's messages (3.18) has the failure policy: the fields' numbers are those of Dapr's `actors.proto` and
 * `common.proto`, and never change.
 */
export const encodeReminderRequest = (request: ReminderRequest): Buffer => {
  const interval = numberField(1, request.redeliverySeconds);
  const constantPolicy = [messageField(1, interval), numberField(2, request.maxRedeliveries)];
  return Buffer.concat([
    textField(1, request.actorType),
    textField(2, request.actorId),
    textField(3, request.name),
    textField(4, request.dueAt),
    numberField(8, 1),
    messageField(9, messageField(2, ...constantPolicy)),
  ]);
};
