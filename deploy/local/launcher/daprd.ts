import { flags } from "./flags.ts";
import type { AppTemplate } from "./run-template.ts";

/** How long a sidecar may take to finish what is in flight; the launcher's own limit for its tier lies above it. */
const GRACEFUL_SHUTDOWN_SECONDS = 2;

export interface SidecarOptions {
  readonly placementPort: number;
  readonly schedulerPort: number;
  /** The Configuration file rendered for this stack; none when the template names none. */
  readonly configFile: string | undefined;
  /** Overrides the template's level. */
  readonly logLevel: string | undefined;
}

/** The command line of an app's sidecar, as the Dapr CLI would write it, on loopback only. */
export const daprdArgs = (app: AppTemplate, options: SidecarOptions): string[] => {
  const values = {
    "app-id": app.appID,
    mode: "standalone",
    config: options.configFile,
    "dapr-listen-addresses": app.apiListenAddresses ?? "127.0.0.1",
    "dapr-http-port": app.daprHTTPPort,
    "dapr-grpc-port": app.daprGRPCPort,
    "dapr-internal-grpc-port": app.daprInternalGRPCPort,
    "dapr-internal-grpc-listen-address": "127.0.0.1",
    "metrics-listen-address": "127.0.0.1",
    "metrics-port": app.metricsPort,
    "placement-host-address": `127.0.0.1:${options.placementPort}`,
    "scheduler-host-address": `127.0.0.1:${options.schedulerPort}`,
    "dapr-graceful-shutdown-seconds": GRACEFUL_SHUTDOWN_SECONDS,
    "log-level": options.logLevel ?? app.logLevel ?? "warn",
    "app-port": app.appPort,
    "app-protocol": app.appPort === undefined ? undefined : (app.appProtocol ?? "http"),
    "app-channel-address": app.appPort === undefined ? undefined : "127.0.0.1",
    "app-max-concurrency": app.appMaxConcurrency,
    "max-body-size": app.maxBodySize,
    "read-buffer-size": app.readBufferSize,
    "app-health-check-path": app.appHealthCheckPath,
    "app-health-probe-interval": app.appHealthProbeInterval,
    "app-health-probe-timeout": app.appHealthProbeTimeout,
    "app-health-threshold": app.appHealthThreshold,
  };
  return [
    ...flags(values),
    ...app.resourcesPaths.flatMap((path) => ["--resources-path", path]),
    ...(app.enableAppHealthCheck === true ? ["--enable-app-health-check"] : []),
    ...(app.enableApiLogging === true ? ["--enable-api-logging"] : []),
    "--log-as-json",
  ];
};

/** The variables that the Dapr CLI gives to an app. */
export const appEnvironment = (app: AppTemplate): Record<string, string> => ({
  APP_ID: app.appID,
  DAPR_HTTP_PORT: String(app.daprHTTPPort),
  DAPR_GRPC_PORT: String(app.daprGRPCPort),
  DAPR_METRICS_PORT: String(app.metricsPort),
  APP_PROTOCOL: app.appProtocol ?? "http",
  ...(app.appPort === undefined ? {} : { APP_PORT: String(app.appPort), APP_CHANNEL_ADDRESS: "127.0.0.1" }),
  ...app.env,
});
