// Command placement is Dapr's placement service, built as the Dapr project builds it.
package main

import "github.com/dapr/dapr/cmd/placement/app"

func main() {
	app.Run()
}
