package httpapi

//go:generate go run ./merge ./spec ./openapi.yaml
//go:generate go tool oapi-codegen -config oapi.yaml openapi.yaml
