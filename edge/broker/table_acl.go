package broker

var aclCommands = []command{
	{server, "acl", -2, container, noKeys, nil, "6.0.0 A container for Access List Control commands "},
	{server, "acl|cat", -2, always, noKeys, aclCat, "6.0.0 List the ACL categories or the commands inside a category"},
	{server, "acl|deluser", -3, manage, noKeys, aclDelUser, "6.0.0 Remove the specified ACL users and the associated rules"},
	{server, "acl|dryrun", -4, manage, noKeys, aclDryRun, "7.0.0 Returns whether the user can execute the given command without executing the command."},
	{server, "acl|genpass", -2, always, noKeys, aclGenPass, "6.0.0 Generate a pseudorandom secure password to use for ACL users"},
	{server, "acl|getuser", 3, manage, noKeys, aclGetUser, "6.0.0 Get the rules for a specific ACL user"},
	{server, "acl|help", 2, anytime, noKeys, help, "6.0.0 Show helpful text about the different subcommands"},
	{server, "acl|list", 2, manage, noKeys, aclList, "6.0.0 List the current ACL rules in ACL config file format"},
	{server, "acl|log", -2, manage, noKeys, aclLog, "6.0.0 List latest events denied because of ACLs in place"},
	{server, "acl|setuser", -3, manage, noKeys, aclSetUser, "6.0.0 Modify or create the rules for a specific ACL user"},
	{server, "acl|users", 2, manage, noKeys, aclUsers, "6.0.0 List the username of all the configured ACL rules"},
	{server, "acl|whoami", 2, always, noKeys, aclWhoAmI, "6.0.0 Return the name of the user associated to the current connection"},
}
