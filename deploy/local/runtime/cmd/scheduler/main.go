// Command scheduler is Dapr's scheduler service, built as the Dapr project builds it.
package main

import "github.com/dapr/dapr/cmd/scheduler/app"

func main() {
	app.Run()
}
