import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const PAGE = pathToFileURL(`${resolve(import.meta.dirname, "../../../deploy/local/cosmos/explorer/page")}/`);

/**
 * Loads a module of the data explorer's page. It is JavaScript for browsers, checked by a TypeScript project of its own;
 * the types of what is tested are given by the test.
 */
export const loadPageModule = async <Module>(name: string): Promise<Module> => import(new URL(name, PAGE).href);
