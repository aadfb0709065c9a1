// Package daprstate runs Dapr's own conformance suite for state stores against a Cosmos endpoint, through
// the same component and client that daprd uses.
package daprstate

import (
	"os"
	"strings"
	"testing"

	"github.com/dapr/components-contrib/state/azure/cosmosdb"
	conformance "github.com/dapr/components-contrib/tests/conformance/state"
	"github.com/dapr/kit/logger"
)

// TestStateConformance needs the component's metadata in the environment: COSMOS_URL, COSMOS_KEY, COSMOS_DATABASE
// and COSMOS_COLLECTION name an existing container with the partition key /partitionKey, and
// CONFORMANCE_OPERATIONS lists, separated by commas, what the suite is to hold the component to.
func TestStateConformance(t *testing.T) {
	properties := map[string]string{
		"url":        required(t, "COSMOS_URL"),
		"masterKey":  required(t, "COSMOS_KEY"),
		"database":   required(t, "COSMOS_DATABASE"),
		"collection": required(t, "COSMOS_COLLECTION"),
	}
	operations := strings.Split(required(t, "CONFORMANCE_OPERATIONS"), ",")
	config, err := conformance.NewTestConfig("azure.cosmosdb", operations, nil)
	if err != nil {
		t.Fatal(err)
	}
	conformance.ConformanceTests(t, properties, cosmosdb.NewCosmosDBStateStore(logger.NewLogger("conformance")), config)
}

func required(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set", name)
	}
	return value
}
