import type { Problem } from "./problem.ts";

/** What a query found, with the ETag that changes whenever it does; or why there is nothing to show. */
export type Found<View> = { readonly view: View; readonly etag: string } | { readonly problem: Problem };
