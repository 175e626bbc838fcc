package broker

func aclCommands() []*command {
	return []*command{
		{name: "acl", arity: -2, group: "server", since: "6.0.0",
			summary: "A container for Access List Control commands ", subs: []*command{
				{name: "cat", arity: -2, flags: always, since: "6.0.0", summary: "List the ACL categories or the commands inside a category", run: aclCat},
				{name: "deluser", arity: -3, flags: manage, since: "6.0.0", summary: "Remove the specified ACL users and the associated rules", run: aclDelUser},
				{name: "dryrun", arity: -4, flags: manage, since: "7.0.0", summary: "Returns whether the user can execute the given command without executing the command.", run: aclDryRun},
				{name: "genpass", arity: -2, flags: always, since: "6.0.0", summary: "Generate a pseudorandom secure password to use for ACL users", run: aclGenPass},
				{name: "getuser", arity: 3, flags: manage, since: "6.0.0", summary: "Get the rules for a specific ACL user", run: aclGetUser},
				{name: "help", arity: 2, flags: anytime, since: "6.0.0", summary: "Show helpful text about the different subcommands", run: aclHelp},
				{name: "list", arity: 2, flags: manage, since: "6.0.0", summary: "List the current ACL rules in ACL config file format", run: aclList},
				{name: "log", arity: -2, flags: manage, since: "6.0.0", summary: "List latest events denied because of ACLs in place", run: aclLog},
				{name: "setuser", arity: -3, flags: manage, since: "6.0.0", summary: "Modify or create the rules for a specific ACL user", run: aclSetUser},
				{name: "users", arity: 2, flags: manage, since: "6.0.0", summary: "List the username of all the configured ACL rules", run: aclUsers},
				{name: "whoami", arity: 2, flags: always, since: "6.0.0", summary: "Return the name of the user associated to the current connection", run: aclWhoAmI},
			}},
	}
}

func aclHelp(c *client, _ [][]byte) {
	c.help("ACL", `
CAT [<category>]
    List all commands that belong to <category>, or all command categories
    when no category is specified.
DELUSER <username> [<username> ...]
    Delete a list of users.
DRYRUN <username> <command> [<arg> ...]
    Returns whether the user can execute the given command without executing the command.
GETUSER <username>
    Get the user's details.
GENPASS [<bits>]
    Generate a secure 256-bit user password. The optional `+"`bits`"+` argument can
    be used to specify a different size.
LIST
    Show users details in config file format.
LOG [<count> | RESET]
    Show the ACL log entries.
SETUSER <username> <attribute> [<attribute> ...]
    Create or modify a user with the specified attributes.
USERS
    List all the registered usernames.
WHOAMI
    Return the current connection username.`)
}
