/** How many random sequences are tried of one aggregate, unless FUZZ_SEQUENCES says so many for each. */
export const fuzzSequences = (usual: number): number => {
  const wanted = process.env["FUZZ_SEQUENCES"];
  if (wanted === undefined) return usual;
  const sequences = Number(wanted);
  if (!Number.isInteger(sequences) || sequences < 1)
    throw new Error(`FUZZ_SEQUENCES is ${wanted}, not a number of sequences`);
  return sequences;
};
