package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
)

var (
	yamlLine  = regexp.MustCompile(`yaml: (?:unmarshal errors:\s+)?line (\d+)`)
	quoted    = regexp.MustCompile(`['"\[]([^'"\[\]\s]+)['"\]]`)
	manyLines = regexp.MustCompile(`\s*\n\s*`)
)

// explain turns kustomize's error into a failure with a place; what was refused goes first,
// because kustomize takes a file that it may not read for a missing one.
func explain(session *session, err error) *failure {
	if session.refusal != nil {
		return session.refusal
	}
	message := clean(session, err.Error())
	if address := takeRefusedAddress(); address != "" {
		return place(session, &failure{Kind: "remote", Message: remoteMessage(address)})
	}
	kind := "kustomize"
	switch {
	case strings.Contains(message, "no 'git' program on path"):
		kind = "remote"
	case strings.Contains(message, "external plugins disabled"),
		strings.Contains(message, "must specify --enable-helm"):
		kind = "refused"
	}
	return place(session, &failure{Kind: kind, Message: message})
}

// clean takes the root's place on this machine out of a message.
func clean(session *session, message string) string {
	root := strings.TrimSuffix(session.root, string(filepath.Separator))
	message = strings.ReplaceAll(message, root+string(filepath.Separator), "")
	if root != "" {
		message = strings.ReplaceAll(message, root, ".")
	}
	return manyLines.ReplaceAllString(strings.TrimSpace(message), " ")
}

// place names the file and line that a failure is about, as far as can be told: the file that was
// being parsed, the entry whose file is missing, the innermost file that the message names, or
// the overlay's own kustomization.
func place(session *session, failed *failure) *failure {
	if failed.File != "" {
		return failed
	}
	if found := yamlLine.FindStringSubmatch(failed.Message); found != nil && session.lastRead != "" {
		failed.File = session.name(session.lastRead)
		failed.Line, _ = strconv.Atoi(found[1])
		return failed
	}
	if session.lastAbsent != "" {
		if found, ok := session.mentionOf(session.lastAbsent); ok {
			failed.File, failed.Line = session.name(found.kustomization), found.line
			return failed
		}
	}
	if named := innermost(session, failed.Message); named != "" {
		failed.File = named
		return failed
	}
	failed.File = kustomizationIn(session, session.top)
	return failed
}

func innermost(session *session, message string) string {
	found := ""
	for _, match := range quoted.FindAllStringSubmatch(message, -1) {
		if file := knownFile(session, match[1]); file != "" {
			found = file
		}
	}
	return found
}

// knownFile finds the file that a word of a message means: an entry, a path from the root, or a
// directory, which stands for its kustomization.
func knownFile(session *session, word string) string {
	for _, each := range session.mentions {
		if each.entry == word {
			if _, read := session.reads[each.target]; read {
				return session.name(each.target)
			}
		}
	}
	path := filepath.Join(session.root, filepath.FromSlash(word))
	if _, read := session.reads[path]; read {
		return session.name(path)
	}
	return kustomizationIn(session, path)
}

func kustomizationIn(session *session, directory string) string {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		path := filepath.Join(directory, name)
		if _, read := session.reads[path]; read {
			return session.name(path)
		}
	}
	return ""
}
