package broker

var aclCommands = []command{
	{server, "acl", -2, container, noKeys, nil, "6.0.0 A container for Access List Control commands "},
	{server, "acl|whoami", 2, always, noKeys, aclWhoAmI, "6.0.0 Return the name of the user associated to the current connection"},
}
