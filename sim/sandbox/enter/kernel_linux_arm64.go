package enter

const (
	memfdCreate = 279
	execveat    = 281
)
