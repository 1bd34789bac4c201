// Command merge joins the hand-written OpenAPI fragments (one per domain) into
// one document. It fails on a path or component that two fragments declare, and
// on an operation without operationId or x-access.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"

	"gopkg.in/yaml.v3"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: merge <folder of fragments> <output file>")
	}
	out, err := merge(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[2], out, 0o644); err != nil {
		log.Fatal(err)
	}
}

func merge(dir string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	doc := map[string]any{"paths": map[string]any{}, "components": map[string]any{}}
	for _, f := range files {
		if err := add(doc, f); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
	}
	if err := check(doc["paths"].(map[string]any)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("# Generated from spec/*.yaml by go generate; edit those.\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func add(doc map[string]any, file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var part map[string]any
	if err := yaml.Unmarshal(raw, &part); err != nil {
		return err
	}
	for key, value := range part {
		switch key {
		case "paths":
			if err := put(doc["paths"].(map[string]any), value); err != nil {
				return err
			}
		case "components":
			for kind, entries := range value.(map[string]any) {
				all := doc["components"].(map[string]any)
				if all[kind] == nil {
					all[kind] = map[string]any{}
				}
				if err := put(all[kind].(map[string]any), entries); err != nil {
					return err
				}
			}
		default:
			if _, taken := doc[key]; taken {
				return fmt.Errorf("%q is declared twice", key)
			}
			doc[key] = value
		}
	}
	return nil
}

func put(into map[string]any, from any) error {
	entries, _ := from.(map[string]any)
	for name, value := range entries {
		if _, taken := into[name]; taken {
			return fmt.Errorf("%q is declared twice", name)
		}
		into[name] = value
	}
	return nil
}

func check(paths map[string]any) error {
	seen := map[string]bool{}
	for path, item := range paths {
		for method, op := range item.(map[string]any) {
			if method == "parameters" {
				continue
			}
			o := op.(map[string]any)
			id, _ := o["operationId"].(string)
			if id == "" || seen[id] {
				return fmt.Errorf("%s %s: operationId is missing or taken", method, path)
			}
			seen[id] = true
			if _, ok := o["x-access"].(map[string]any); !ok {
				return fmt.Errorf("%s %s: x-access is missing", method, path)
			}
		}
	}
	return nil
}
