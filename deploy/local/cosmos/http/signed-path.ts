/** What of a path a client signs for. */
export interface SignedPath {
  readonly resourceType: string;
  /** The link of the resource, or of a feed's parent, decoded. */
  readonly link: string;
  /** The same as it was sent: some clients sign for that. */
  readonly rawLink: string;
}

/** An operation on a container is signed for as the container. */
const CONTAINER_SEGMENTS = 4;

/**
 * Works out what of a path a client signs for.
 * @param decoded the segments of the path, decoded
 * @param raw the same as they were sent
 * @param ridLink the link by `_rid`, when the path names resources so
 */
export const signedPath = (
  decoded: readonly string[],
  raw: readonly string[],
  ridLink: string | undefined,
): SignedPath => {
  const isOperation = decoded[CONTAINER_SEGMENTS] === "operations";
  const isFeed = !isOperation && decoded.length % 2 === 1;
  const resourceType = isOperation ? "colls" : (decoded[decoded.length - (isFeed ? 1 : 2)] ?? "");
  const length = isOperation ? CONTAINER_SEGMENTS : decoded.length - (isFeed ? 1 : 0);
  const rawLink = raw.slice(0, length).join("/");
  // Offers have no name: clients sign for their _rid, in lower case as all of them.
  const ofOffer = resourceType === "offers" && !isFeed ? (decoded[1] ?? "").toLowerCase() : undefined;
  return { resourceType, link: ridLink ?? ofOffer ?? decoded.slice(0, length).join("/"), rawLink };
};
