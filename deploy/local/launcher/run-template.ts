import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const port = z.int().min(1).max(65_535);
const address = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What both the common section and an app may say. Unknown names are mistakes: the launcher would ignore them. */
const shared = {
  resourcesPaths: z.array(z.string()).optional(),
  resourcesPath: z.string().optional(),
  configFilePath: z.string().optional(),
  appProtocol: z.enum(["http", "https", "grpc", "grpcs", "h2c"]).optional(),
  apiListenAddresses: z.string().optional(),
  logLevel: z.string().optional(),
  appMaxConcurrency: z.int().optional(),
  maxBodySize: z.string().optional(),
  readBufferSize: z.string().optional(),
  enableAppHealthCheck: z.boolean().optional(),
  appHealthCheckPath: z.string().optional(),
  appHealthProbeInterval: z.int().optional(),
  appHealthProbeTimeout: z.int().optional(),
  appHealthThreshold: z.int().optional(),
  enableApiLogging: z.boolean().optional(),
  env: z.record(z.string(), address).optional(),
};

const app = z.strictObject({
  ...shared,
  appID: z.string().min(1),
  appDirPath: z.string().min(1),
  command: z.array(z.string()).min(1),
  appPort: port.optional(),
  daprHTTPPort: port,
  daprGRPCPort: port,
  daprInternalGRPCPort: port,
  metricsPort: port,
});

const template = z.strictObject({
  version: z.literal(1),
  common: z.strictObject(shared).optional(),
  apps: z.array(app).min(1),
});

/** One app and its sidecar, with what the common section says filled in and every path absolute. */
export type AppTemplate = Omit<z.infer<typeof app>, "resourcesPath" | "resourcesPaths" | "env"> & {
  readonly resourcesPaths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** A run template that cannot be used; the message lists every mistake. */
export class RunTemplateError extends Error {
  override readonly name = "RunTemplateError";
}

/**
 * Reads a file in Dapr's Multi-App Run format.
 *
 * @throws RunTemplateError when it is absent, or says something that the format or this launcher does not know
 */
export const readRunTemplate = (file: string): AppTemplate[] => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new RunTemplateError(`${file}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
  return parseRunTemplate(text, file);
};

/**
 * The apps in the text of a run template.
 *
 * @param file the file the text is from: relative paths start from its folder, an app's own ones from its `appDirPath`
 * @throws RunTemplateError listing every mistake
 */
export const parseRunTemplate = (text: string, file: string): AppTemplate[] => {
  const parsed = template.safeParse(parseYaml(text, file));
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `  - ${issue.path.join(".")}: ${issue.message}`);
    throw new RunTemplateError([`${file} has ${mistakes.length} mistake(s):`, ...mistakes].join("\n"));
  }
  const { common = {}, apps } = parsed.data;
  const base = dirname(resolve(file));
  return apps.map((own) => {
    const appDirPath = resolve(base, own.appDirPath);
    const { resourcesPath: commonPath, resourcesPaths: commonPaths = [], ...commonRest } = common;
    const { resourcesPath: ownPath, resourcesPaths: ownPaths = [], ...ownRest } = own;
    const ownResources = [...ownPaths, ...(ownPath === undefined ? [] : [ownPath])];
    const commonResources = [...commonPaths, ...(commonPath === undefined ? [] : [commonPath])];
    const configFilePath =
      own.configFilePath === undefined
        ? common.configFilePath && resolve(base, common.configFilePath)
        : resolve(appDirPath, own.configFilePath);
    return {
      ...commonRest,
      ...ownRest,
      appDirPath,
      resourcesPaths:
        ownResources.length > 0
          ? ownResources.map((path) => resolve(appDirPath, path))
          : commonResources.map((path) => resolve(base, path)),
      ...(configFilePath === undefined ? {} : { configFilePath }),
      env: { ...common.env, ...own.env },
    };
  });
};

const parseYaml = (text: string, file: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw new RunTemplateError(`${file}: ${error instanceof Error ? error.message : "is not YAML"}`);
  }
};

/**
 * Moves every port of an app by the same distance, those in variables whose name ends in `_PORT` included.
 *
 * @param distance how far, in ports; may be negative
 */
export const shiftPorts = (app: AppTemplate, distance: number): AppTemplate => ({
  ...app,
  ...(app.appPort === undefined ? {} : { appPort: app.appPort + distance }),
  daprHTTPPort: app.daprHTTPPort + distance,
  daprGRPCPort: app.daprGRPCPort + distance,
  daprInternalGRPCPort: app.daprInternalGRPCPort + distance,
  metricsPort: app.metricsPort + distance,
  env: Object.fromEntries(
    Object.entries(app.env).map(([name, value]) => [
      name,
      name.endsWith("_PORT") && /^\d+$/.test(value) ? String(Number(value) + distance) : value,
    ]),
  ),
});
