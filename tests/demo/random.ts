/** A source of repeatable choices: the same seed gives the same choices. */
export interface Random {
  /** A whole number from `least` through `most`. */
  integer(least: number, most: number): number;
  pick<Choice>(choices: readonly Choice[]): Choice;
  /** The same members in another order. */
  shuffle<Member>(members: readonly Member[]): Member[];
}

/** Seeds the generator "mulberry32", which is small, fast and good enough to mix orders. */
export const seedRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    integer,
    pick: (choices) => {
      const choice = choices[integer(0, choices.length - 1)];
      if (choice === undefined) throw new Error("there is nothing to pick from");
      return choice;
    },
    shuffle: (members) =>
      members
        .map((member) => ({ member, at: fraction() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ member }) => member),
  };
};
