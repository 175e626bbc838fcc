package daebus

// App is a service: what it answers and what it asks of others.
// It does nothing by itself; edge.Main or edge.Run runs it.
type App struct {
	*Blueprint
	*Client
	name string
}

// New returns a service that answers on the channel name.
func New(name string) *App {
	a := &App{
		Blueprint: new(Blueprint),
		Client:    NewClient(name),
		name:      name,
	}
	a.check(here(), named("service", name), serviceFault(name))
	return a
}

// Accept makes the service and its client understand another encoding beside
// JSON.
func (a *App) Accept(codec Codec) {
	if codec == nil {
		a.check(here(), "Accept", "the codec is nil")
		return
	}
	a.Client.Accept(codec)
}

// Name is the service's name, which is also the channel its requests come in on.
func (a *App) Name() string { return a.name }

// Err returns every mistake made in registering, joined, each with the file
// and line it was made at; nil when there is none.
func (a *App) Err() error {
	_, err := a.Service()
	return err
}
