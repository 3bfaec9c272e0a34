package main

import (
	"bytes"
	"errors"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
)

// errNoNetwork marks a request that never left the process.
var errNoNetwork = errors.New("the renderer has no network")

// refusedAddress is what kustomize last tried to fetch, for the sentence that says so.
var refusedAddress struct {
	sync.Mutex
	url string
}

type refusingTransport struct{}

func (refusingTransport) RoundTrip(asked *http.Request) (*http.Response, error) {
	refusedAddress.Lock()
	defer refusedAddress.Unlock()
	refusedAddress.url = asked.URL.String()
	return nil, errNoNetwork
}

func takeRefusedAddress() string {
	refusedAddress.Lock()
	defer refusedAddress.Unlock()
	url := refusedAddress.url
	refusedAddress.url = ""
	return url
}

// isolate leaves kustomize without network and without programs: its HTTP client uses the default
// transport, and it looks for git on PATH.
func isolate() {
	http.DefaultTransport = refusingTransport{}
	http.DefaultClient = &http.Client{Transport: refusingTransport{}}
	_ = os.Setenv("PATH", "")
	_ = os.Setenv("KUSTOMIZE_PLUGIN_HOME", "")
}

// warnings collects what kustomize prints to standard error.
type warnings struct {
	writer *os.File
	lock   sync.Mutex
	text   bytes.Buffer
	marked chan struct{}
}

const endMark = "\x00end of overlay\n"

func captureWarnings() (*warnings, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	found := &warnings{writer: writer, marked: make(chan struct{}, 1)}
	os.Stderr = writer
	log.SetOutput(writer)
	log.SetFlags(0)
	go found.collect(reader)
	return found, nil
}

func (w *warnings) collect(reader *os.File) {
	chunk := make([]byte, 1<<12)
	for {
		count, err := reader.Read(chunk)
		if err != nil {
			return
		}
		w.lock.Lock()
		w.text.Write(chunk[:count])
		done := bytes.HasSuffix(w.text.Bytes(), []byte(endMark))
		w.lock.Unlock()
		if done {
			w.marked <- struct{}{}
		}
	}
}

// take returns the lines since the last call, each once, in order.
func (w *warnings) take() []string {
	if _, err := w.writer.WriteString(endMark); err != nil {
		return []string{}
	}
	<-w.marked
	w.lock.Lock()
	defer w.lock.Unlock()
	text := strings.TrimSuffix(w.text.String(), endMark)
	w.text.Reset()
	found := []string{}
	for each := range strings.Lines(text) {
		each = inOrder(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(each), "# Warning: ")))
		if each != "" && !slices.Contains(found, each) {
			found = append(found, each)
		}
	}
	return found
}

// inOrder sorts the names in the one warning that kustomize prints in the order of a map.
func inOrder(text string) string {
	head, names, found := strings.Cut(text, "vars that were never replaced: ")
	if !found {
		return text
	}
	sorted := strings.Split(names, ",")
	slices.Sort(sorted)
	return head + "vars that were never replaced: " + strings.Join(sorted, ",")
}
