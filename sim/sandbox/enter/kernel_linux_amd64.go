package enter

const (
	memfdCreate = 319
	execveat    = 322
)
