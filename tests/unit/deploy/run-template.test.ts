import { describe, expect, test } from "@jest/globals";
import { parseRunTemplate, readRunTemplate, shiftPorts } from "../../../deploy/local/launcher/run-template.ts";

const ports = "daprHTTPPort: 8101\n    daprGRPCPort: 8102\n    daprInternalGRPCPort: 8103\n    metricsPort: 8104";
const template = `
version: 1
common:
  resourcesPaths: [components]
  configFilePath: config.yaml
  logLevel: warn
  env: { SHARED: common, LEVEL: 1 }
apps:
  - appID: gateway
    appDirPath: apps/gateway
    command: [node, main.ts]
    ${ports}
    env: { HTTP_PORT: "8080", SHARED: own }
  - appID: ingress
    appDirPath: .
    command: [node, main.ts]
    appPort: 8110
    ${ports.replaceAll("810", "811")}
    resourcesPaths: [more]
    configFilePath: other.yaml
    logLevel: debug
`;

describe("a run template", () => {
  const [gateway, ingress] = parseRunTemplate(template, "/project/dapr.yaml");

  test("gives every app what the common section says", () => {
    expect(gateway?.logLevel).toBe("warn");
    expect(gateway?.env).toEqual({ SHARED: "own", LEVEL: "1", HTTP_PORT: "8080" });
  });

  test("lets an app say it otherwise", () => {
    expect(ingress?.logLevel).toBe("debug");
  });

  test("resolves common paths from its own folder", () => {
    expect(gateway?.appDirPath).toBe("/project/apps/gateway");
    expect(gateway?.resourcesPaths).toEqual(["/project/components"]);
    expect(gateway?.configFilePath).toBe("/project/config.yaml");
  });

  test("resolves an app's own paths from the app's folder", () => {
    expect(ingress?.resourcesPaths).toEqual(["/project/more"]);
    expect(ingress?.configFilePath).toBe("/project/other.yaml");
  });

  test("names every mistake at once", () => {
    const wrong = template.replace("daprHTTPPort: 8101", "daprHTTPPort: none").replace("appPort:", "apPort:");
    expect(() => parseRunTemplate(wrong, "dapr.yaml")).toThrow(/2 mistake[\s\S]*apps\.0\.daprHTTPPort[\s\S]*apPort/);
  });

  test("that is not YAML is refused with its name", () => {
    expect(() => parseRunTemplate("a: [", "dapr.yaml")).toThrow(/^dapr\.yaml: /);
  });

  test("that does not exist is refused with its name", () => {
    expect(() => readRunTemplate("/nowhere/dapr.yaml")).toThrow(/\/nowhere\/dapr\.yaml/);
  });
});

describe("moving the ports", () => {
  const [, ingress] = parseRunTemplate(template, "/project/dapr.yaml");
  const withEnv = ingress && { ...ingress, env: { HTTP_PORT: "8115", SUPPORT: "8115", OTHER_PORT: "auto" } };
  const moved = withEnv && shiftPorts(withEnv, 1000);

  test("moves those of the app and its sidecar", () => {
    const { appPort, daprHTTPPort, daprGRPCPort, daprInternalGRPCPort, metricsPort } = moved ?? {};
    expect([appPort, daprHTTPPort, daprGRPCPort, daprInternalGRPCPort, metricsPort]).toEqual([
      9110, 9111, 9112, 9113, 9114,
    ]);
  });

  test("moves numbers in variables whose name ends in _PORT, and no others", () => {
    expect(moved?.env).toEqual({ HTTP_PORT: "9115", SUPPORT: "8115", OTHER_PORT: "auto" });
  });

  test("gives an app without a port none", () => {
    const [gateway] = parseRunTemplate(template, "/project/dapr.yaml");
    expect(gateway && "appPort" in shiftPorts(gateway, 5)).toBe(false);
  });
});
