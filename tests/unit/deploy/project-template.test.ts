import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { DEFAULT_PORT_BASE, stackPorts } from "../../../deploy/local/launcher/ports.ts";
import { readRunTemplate } from "../../../deploy/local/launcher/run-template.ts";

const root = resolve(import.meta.dirname, "../../..");

describe("the project's dapr.yaml", () => {
  const apps = readRunTemplate(join(root, "dapr.yaml"));

  test("names files that exist", () => {
    for (const { configFilePath = "", resourcesPaths, command } of apps) {
      const named = [configFilePath, ...resourcesPaths, join(root, command[1] ?? "")];
      expect(named.filter((path) => !existsSync(path))).toEqual([]);
    }
  });

  test("gives every app ten ports of its own, in their fixed places", () => {
    for (const [index, app] of apps.entries()) {
      const first = DEFAULT_PORT_BASE + 20 + 10 * index;
      const { daprHTTPPort, daprGRPCPort, daprInternalGRPCPort, metricsPort } = app;
      const sidecar = [daprHTTPPort, daprGRPCPort, daprInternalGRPCPort, metricsPort];
      expect(sidecar).toEqual([first + 1, first + 2, first + 3, first + 4]);
      expect([undefined, first]).toContain(app.appPort);
      expect([String(DEFAULT_PORT_BASE), String(first + 5)]).toContain(app.env["HTTP_PORT"]);
    }
  });

  test("keeps clear of the ports of the stores and the control plane", () => {
    const reserved: number[] = Object.values(stackPorts(DEFAULT_PORT_BASE)).filter((port) => port > DEFAULT_PORT_BASE);
    const used = apps.flatMap((app) => [app.appPort, app.daprHTTPPort, Number(app.env["HTTP_PORT"])]);
    expect(used.filter((port) => port !== undefined && reserved.includes(port))).toEqual([]);
  });

  test("has variables for every app, without which the Dapr CLI cannot add the common ones", () => {
    expect(apps.filter(({ env }) => Object.keys(env).length === 0)).toEqual([]);
  });
});
