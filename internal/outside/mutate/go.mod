module rekey/internal/outside/mutate

go 1.26.8
