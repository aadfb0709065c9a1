// Package azcosmos pins the client of Azure's own SDK for Go, whose tests are run from its module.
package azcosmos

import _ "github.com/Azure/azure-sdk-for-go/sdk/data/azcosmos" // Its tests are what this module is for.
