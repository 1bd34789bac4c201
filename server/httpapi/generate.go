package httpapi

// One file of each kind: together they are longer than tools like to read.
//go:generate go run ./merge ./spec ./openapi.yaml
//go:generate go tool oapi-codegen -config oapi/models.yaml openapi.yaml
//go:generate go tool oapi-codegen -config oapi/routes.yaml openapi.yaml
//go:generate go tool oapi-codegen -config oapi/strict.yaml openapi.yaml
