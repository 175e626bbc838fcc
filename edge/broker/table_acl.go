package broker

var aclCommands = []command{
	{"acl", nil, server, -2, noKeys, container},
	{"acl|whoami", aclWhoAmI, server, 2, noKeys, always},
}
