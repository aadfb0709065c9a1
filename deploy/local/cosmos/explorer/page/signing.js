// @ts-check

/**
 * What the signature of a request covers.
 * @typedef {object} SignedRequest
 * @property {string} method
 * @property {readonly string[]} segments The path's segments, not encoded.
 * @property {string} date The text of the header x-ms-date.
 */

/**
 * The resource type and link of a path: a feed (an odd number of segments) is signed for its parent.
 * @param {readonly string[]} segments
 * @returns {{type: string, link: string}}
 */
export const resourceOf = (segments) => {
  const isFeed = segments.length % 2 === 1;
  return {
    type: segments[segments.length - (isFeed ? 1 : 2)] ?? "",
    link: (isFeed ? segments.slice(0, -1) : segments).join("/"),
  };
};

/** @param {string} text */
const bytesOfBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param {ArrayBuffer} bytes */
const base64Of = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/**
 * Makes what signs requests with a master key.
 * @param {string} key the master key, base64
 * @returns {Promise<(request: SignedRequest) => Promise<string>>} gives the text of the header authorization
 */
export const signer = async (key) => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", bytesOfBase64(key), algorithm, false, ["sign"]);
  return async ({ method, segments, date }) => {
    const { type, link } = resourceOf(segments);
    const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
    const signature = await crypto.subtle.sign("HMAC", secret, new TextEncoder().encode(text));
    return encodeURIComponent(`type=master&ver=1.0&sig=${base64Of(signature)}`);
  };
};
