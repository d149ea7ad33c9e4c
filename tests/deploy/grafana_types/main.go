// Reads a dashboard with the types that Grafana publishes for whoever makes dashboards, strictly: what they do not know, lack or forbid is
// printed, a line each, and is a failure.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins() // the panels' own options, and the queries of Prometheus
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	read := dashboard.Dashboard{}
	// What comes back without a fault is a list without elements, which is not nil.
	if err := read.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		fail(err)
	}
	if err := read.Validate(); err != nil && err.Error() != "" {
		fail(err)
	}
	fmt.Printf("%d panels\n", len(read.Panels))
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}
