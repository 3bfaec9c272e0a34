// Command plumbline-renderer runs the official kustomize library over the overlays of one
// repository: one request a line on standard input, one answer a line on standard output.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"
)

const protocol = 1

// kustomizeRelease names the kustomize release that embeds each version of the linked library.
var kustomizeRelease = map[string]string{"v0.21.2": "v5.8.2"}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	switch os.Args[1] {
	case "version":
		printVersion()
	case "serve":
		os.Exit(serveMain(os.Args[2:]))
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: plumbline-renderer version | serve --root DIR [limits]")
	os.Exit(2)
}

func printVersion() {
	api := linkedVersion("sigs.k8s.io/kustomize/api")
	answer := map[string]any{"protocol": protocol, "kustomize": kustomizeRelease[api], "api": api}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		os.Exit(1)
	}
}

func linkedVersion(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Version
		}
	}
	return ""
}

func serveMain(args []string) int {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	root := flags.String("root", "", "the repository's root directory")
	var limits limits
	flags.Int64Var(&limits.fileBytes, "max-file-bytes", 16<<20, "bytes a file may have")
	flags.IntVar(&limits.depth, "max-depth", 200, "levels a document may be nested")
	flags.IntVar(&limits.aliasNodes, "max-alias-nodes", 500_000, "nodes that aliases may add")
	flags.IntVar(&limits.documents, "max-documents", 10_000, "documents a file may hold")
	timeout := flags.Int64("timeout-ms", 60_000, "milliseconds an overlay may take")
	memory := flags.Int64("memory-mb", 2048, "mebibytes of heap an overlay may take")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	limits.timeout = time.Duration(*timeout) * time.Millisecond
	limits.memory = uint64(*memory) << 20
	if err := serve(*root, limits); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
