/** What a finding is about; the report has one part for each. */
export type Topic = "Orders" | "Money" | "Stock" | "Messages and lists";

/** One thing that was checked: what must be, what is, and every place where they differ. */
export interface Finding {
  readonly topic: Topic;
  readonly check: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
  readonly mismatches: readonly string[];
}

/** Compares two texts. */
export const comparedFinding = (topic: Topic, check: string, expected: string, actual: string): Finding => ({
  topic,
  check,
  expected,
  actual,
  ok: expected === actual,
  mismatches: expected === actual ? [] : [`expected ${expected}; it is ${actual}`],
});

/** Counts what was looked at and found right; anything expected and not counted is a mismatch as well. */
export const countedFinding = (
  topic: Topic,
  check: string,
  expected: number,
  actual: number,
  mismatches: readonly string[],
): Finding => ({
  topic,
  check,
  expected: String(expected),
  actual: String(actual),
  ok: expected === actual && mismatches.length === 0,
  mismatches,
});

/** Checks members one by one: `fault` says what is wrong with one, or nothing, or throws because of what it was shown. */
export const checkEach = <Member>(
  topic: Topic,
  check: string,
  members: Iterable<Member>,
  fault: (member: Member) => string | undefined,
): Finding => {
  const all = [...members];
  const mismatches = all.flatMap((member) => {
    try {
      return fault(member) ?? [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
  return countedFinding(topic, check, all.length, all.length - mismatches.length, mismatches);
};
