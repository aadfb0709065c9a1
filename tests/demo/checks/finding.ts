/** One thing that was checked: what must be, what is, and every place where they differ. */
export interface Finding {
  readonly check: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
  readonly mismatches: readonly string[];
}

/** Counts what was looked at and found right; anything expected and not counted is a mismatch as well. */
export const countedFinding = (
  check: string,
  expected: number,
  actual: number,
  mismatches: readonly string[],
): Finding => ({
  check,
  expected: String(expected),
  actual: String(actual),
  ok: expected === actual && mismatches.length === 0,
  mismatches,
});

/** Checks members one by one: `fault` says what is wrong with one, or nothing, or throws because of what it was shown. */
export const checkEach = <Member>(
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
  return countedFinding(check, all.length, all.length - mismatches.length, mismatches);
};
