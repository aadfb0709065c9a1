const KIBIBYTE = 1024;

const round = (charge: number): number => Math.round(charge * 100) / 100;

/** Request units for reading an item of so many characters: 1 for a kibibyte, a little more for each further one. */
export const readCharge = (characters: number): number => round(1 + 0.1 * Math.max(0, characters / KIBIBYTE - 1));

/** Request units for writing an item of so many characters: about 5 for a kibibyte, 6.3 for two. */
export const writeCharge = (characters: number): number => round(5 + 1.3 * Math.max(0, characters / KIBIBYTE - 1));

/** Request units for deleting an item: as for writing it. */
export const DELETE_CHARGE = 5;

/** Request units for a conditional read that found nothing new, and for metadata. */
export const SMALL_CHARGE = 1;

/** Request units for a query or a feed page: a base, and something for each item read and each kibibyte returned. */
export const queryCharge = (items: number, characters: number): number =>
  round(2.3 + 0.03 * items + (0.1 * characters) / KIBIBYTE);
