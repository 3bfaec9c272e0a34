package main

import (
	"encoding/json"
	"time"
)

// limits bound what one overlay may cost; a file beyond them is refused before it is parsed.
type limits struct {
	fileBytes  int64
	depth      int
	aliasNodes int
	documents  int
	timeout    time.Duration
	memory     uint64
}

type request struct {
	Tag       string            `json:"tag"`
	Path      string            `json:"path"`
	Origins   bool              `json:"origins"`
	Overrides map[string]string `json:"overrides"`
}

type answer struct {
	Tag      string            `json:"tag"`
	Path     string            `json:"path"`
	Objects  []json.RawMessage `json:"objects"`
	Origins  []origin          `json:"origins"`
	Reads    map[string]string `json:"reads"`
	Absent   []string          `json:"absent"`
	Warnings []string          `json:"warnings"`
	Error    *failure          `json:"error,omitempty"`
}

type origin struct {
	File         string `json:"file"`
	ConfiguredIn string `json:"configuredIn"`
}

// failure is why an overlay could not be rendered: "kustomize", "remote", "refused", "limit",
// "crash", "timeout" or "memory", with file and line where they are known.
type failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

func (f *failure) Error() string { return f.Message }
