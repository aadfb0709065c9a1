import { describe, expect, test } from "@jest/globals";
import { appEnvironment, daprdArgs } from "../../../deploy/local/launcher/daprd.ts";
import type { AppTemplate } from "../../../deploy/local/launcher/run-template.ts";

const app: AppTemplate = {
  appID: "ingress",
  appDirPath: "/project",
  command: ["node", "main.ts"],
  appPort: 8110,
  daprHTTPPort: 8111,
  daprGRPCPort: 8112,
  daprInternalGRPCPort: 8113,
  metricsPort: 8114,
  readBufferSize: "4Mi",
  resourcesPaths: ["/project/components"],
  env: { HTTP_PORT: "8115" },
};
const options = { placementPort: 8085, schedulerPort: 8087, configFile: "/data/config.yaml", logLevel: undefined };

/** The value behind a flag; undefined when the flag is absent. */
const valueOf = (args: readonly string[], flag: string): string | undefined => {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args[at + 1];
};

describe("the command line of a sidecar", () => {
  const args = daprdArgs(app, options);

  test("binds everything to loopback", () => {
    const flags = ["--dapr-listen-addresses", "--dapr-internal-grpc-listen-address", "--metrics-listen-address"];
    expect(flags.map((flag) => valueOf(args, flag))).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
  });

  test("names the app's port, and none where the app has none", () => {
    expect(valueOf(args, "--app-port")).toBe("8110");
    const { appPort: _, ...withoutPort } = app;
    expect(daprdArgs(withoutPort, options)).not.toContain("--app-port");
  });

  test("logs warnings unless told otherwise", () => {
    expect(valueOf(args, "--log-level")).toBe("warn");
    expect(valueOf(daprdArgs({ ...app, logLevel: "error" }, options), "--log-level")).toBe("error");
    const overridden = daprdArgs({ ...app, logLevel: "error" }, { ...options, logLevel: "debug" });
    expect(valueOf(overridden, "--log-level")).toBe("debug");
  });

  test("passes on what the template says about sizes", () => {
    expect(valueOf(args, "--read-buffer-size")).toBe("4Mi");
    expect(args).not.toContain("--max-body-size");
  });
});

describe("the environment of an app", () => {
  test("has the variables that the Dapr CLI gives, and the app's own", () => {
    expect(appEnvironment(app)).toMatchObject({
      APP_ID: "ingress",
      APP_PORT: "8110",
      DAPR_HTTP_PORT: "8111",
      DAPR_GRPC_PORT: "8112",
      HTTP_PORT: "8115",
    });
  });
});
