package main

import (
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/components-contrib/pubsub/kafka"
	"github.com/dapr/components-contrib/secretstores/local/env"
	"github.com/dapr/components-contrib/state/azure/cosmosdb"
	inmemory "github.com/dapr/components-contrib/state/in-memory"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

// components registers the building blocks that the files in components/ name,
// and no others: each one more is a larger binary and a longer first start.
func components(log logger.Logger) *registry.Options {
	stateStores := state.NewRegistry()
	stateStores.Logger = log
	stateStores.RegisterComponent(cosmosdb.NewCosmosDBStateStore, "azure.cosmosdb")
	stateStores.RegisterComponent(inmemory.NewInMemoryStateStore, "in-memory")

	pubSubs := pubsub.NewRegistry()
	pubSubs.Logger = log
	pubSubs.RegisterComponent(kafka.NewKafka, "kafka")

	nameResolutions := nameresolution.NewRegistry()
	nameResolutions.Logger = log
	nameResolutions.RegisterComponent(sqlite.NewResolver, "sqlite")

	secretStores := secretstores.NewRegistry()
	secretStores.Logger = log
	secretStores.RegisterComponent(env.NewEnvSecretStore, "local.env")

	return registry.NewOptions().
		WithStateStores(stateStores).
		WithPubSubs(pubSubs).
		WithNameResolutions(nameResolutions).
		WithSecretStores(secretStores)
}
