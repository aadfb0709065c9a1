import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, notFound } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { isSet, objectBody, type WireRequest } from "../http/request.ts";
import type { JsonObject } from "../json.ts";
import type { Container } from "../storage/catalogue.ts";
import type { Offer } from "../storage/offers.ts";
import { databaseSelf, etagOf, offerRid } from "../storage/resource-ids.ts";
import type { Provision } from "../throttling/throttling.ts";
import { leastThroughput, mostPerSecond, replacedContent } from "./offer-content.ts";
import { growRanges } from "./throughput-ranges.ts";
import { checkIfMatch } from "./preconditions.ts";

/** Offers have ETags of their own: no container or database has this number. */
const ETAG_OWNER = 0;

const etag = ({ rid, version }: Offer): string => etagOf(ETAG_OWNER, rid * 0x1_0000 + version);

const describe = (offer: Offer): JsonObject => {
  const rid = offerRid(offer.rid);
  return {
    resource: offer.owner,
    offerType: "Invalid",
    offerResourceId: offer.owner.split("/").at(-2) ?? "",
    offerVersion: "V2",
    content: offer.content,
    id: rid,
    _rid: rid,
    _self: `offers/${rid}/`,
    _etag: etag(offer),
    _ts: offer.ts,
  };
};

const answer = (offer: Offer): Answer => ({
  status: 200,
  body: JSON.stringify(describe(offer)),
  etag: etag(offer),
  charge: SMALL_CHARGE,
  headers: {
    // Throughput changes at once.
    "x-ms-offer-replace-pending": "false",
    "x-ms-cosmos-min-throughput": String(leastThroughput(offer.content)),
  },
});

const findOffer = ({ catalogue }: Endpoint, rid: string): Offer => {
  for (const offer of catalogue.offers.byOwner.values()) if (offerRid(offer.rid) === rid) return offer;
  throw notFound(`Offer '${rid}' does not exist.`);
};

/** The container that an offer is of; undefined when a database shares it among its containers. */
const ownerOf = ({ catalogue }: Endpoint, { owner }: Offer): Container | undefined => {
  for (const { containers } of catalogue.databases.values()) {
    for (const container of containers.values()) if (container.self === owner) return container;
  }
  return undefined;
};

/** All offers, as documents. */
export const offerDocuments = ({ catalogue }: Endpoint): JsonObject[] =>
  [...catalogue.offers.byOwner.values()].map(describe);

/** Reads an offer. @throws Refusal (404) when there is none with that `_rid` */
export const readOffer = (endpoint: Endpoint, rid: string): Answer => answer(findOffer(endpoint, rid));

const migrationIn = (request: WireRequest): "autoscale" | "manual" | undefined => {
  if (isSet(request, "x-ms-cosmos-migrate-offer-to-autopilot")) return "autoscale";
  return isSet(request, "x-ms-cosmos-migrate-offer-to-manual-throughput") ? "manual" : undefined;
};

/**
 * Replaces the throughput of an offer; nothing else of it can change.
 * @throws Refusal (400) when the throughput is not valid, (404) when there is no such offer, (412) when If-Match names
 *   another version
 */
export const replaceOffer = (endpoint: Endpoint, rid: string, request: WireRequest): Answer => {
  const offer = findOffer(endpoint, rid);
  const sent = objectBody(request);
  if (sent["id"] !== undefined && sent["id"] !== rid) throw badRequest("An offer's id cannot be changed.");
  checkIfMatch(request, etag(offer));
  const content = replacedContent(offer.content, sent["content"], migrationIn(request));
  const replaced = endpoint.catalogue.offers.replace(offer, content, Math.floor(endpoint.now() / 1000));
  const container = ownerOf(endpoint, offer);
  if (container !== undefined) growRanges(endpoint, container, mostPerSecond(content));
  return answer(replaced);
};

/**
 * The throughput that is provisioned for a container: its own, or that which its database shares among its containers.
 * @returns for autoscale the maximum; undefined when there is no offer
 */
export const provisionOf = ({ catalogue }: Endpoint, container: Container): Provision | undefined => {
  const { byOwner } = catalogue.offers;
  const own = byOwner.get(container.self);
  const offer = own ?? byOwner.get(databaseSelf(container.database.rid));
  if (offer === undefined) return undefined;
  return { requestUnitsPerSecond: mostPerSecond(offer.content), isShared: own === undefined };
};
