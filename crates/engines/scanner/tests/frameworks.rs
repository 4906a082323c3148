//! Where data comes in with the usual web frameworks: one short program for each,
//! with the same harm done to it, and one where it is made harmless first.

use scanner::{Engine, Language, Ruleset};

/// Language, rule, framework, program, whether there is a flow.
type Case = (Language, &'static str, &'static str, &'static str, bool);

#[rustfmt::skip]
const CASES: &[Case] = &[
    (Language::Java, "java/command-injection", "servlet", "
class A extends HttpServlet { void doGet(HttpServletRequest request, HttpServletResponse r) throws Exception {
    Runtime.getRuntime().exec(request.getParameter(\"a\")); } }", true),
    (Language::Java, "java/command-injection", "spring", "
import org.springframework.web.bind.annotation.*;
class A { @GetMapping(\"/a\") String f(@RequestParam String a) throws Exception {
    Runtime.getRuntime().exec(a); return \"\"; } }", true),
    (Language::Java, "java/command-injection", "webflux", "
class A { void f(ServerRequest request) throws Exception {
    Runtime.getRuntime().exec(request.pathVariable(\"a\")); } }", true),
    (Language::Java, "java/command-injection", "jax-rs", "
class A { @GET public String f(@QueryParam(\"a\") String a) throws Exception {
    Runtime.getRuntime().exec(a); return a; } }", true),
    (Language::Java, "java/command-injection", "micronaut", "
import io.micronaut.http.annotation.*;
class A { @Get(\"/{a}\") String f(@QueryValue String a) throws Exception {
    Runtime.getRuntime().exec(a); return a; } }", true),
    (Language::Java, "java/command-injection", "vert.x", "
class A { void f(RoutingContext ctx) throws Exception {
    Runtime.getRuntime().exec(ctx.pathParam(\"a\")); } }", true),
    (Language::Java, "java/command-injection", "a number", "
import org.springframework.web.bind.annotation.*;
class A { @GetMapping(\"/a\") String f(@RequestParam int a) throws Exception {
    Runtime.getRuntime().exec(\"ls \" + a); return \"\"; } }", false),
    (Language::Python, "python/command-injection", "flask", "
import os
from flask import request
def f():
    os.system(request.args['a'])", true),
    (Language::Python, "python/command-injection", "django", "
import os
def view(request):
    os.system(request.GET['a'])", true),
    (Language::Python, "python/command-injection", "fastapi", "
import os
from fastapi import FastAPI
app = FastAPI()
@app.get('/{a}')
def f(a: str):
    os.system(a)", true),
    (Language::Python, "python/command-injection", "aiohttp", "
import os
async def f(request):
    os.system(request.match_info['a'])", true),
    (Language::Python, "python/command-injection", "tornado", "
import os
import tornado.web
class A(tornado.web.RequestHandler):
    def get(self):
        os.system(self.get_argument('a'))", true),
    (Language::Python, "python/command-injection", "a number", "
import os
from flask import request
def f():
    os.system('ls %d' % int(request.args['a']))", false),
    (Language::JavaScript, "javascript/command-injection", "express", "
const { exec } = require('child_process');
app.get('/', (req, res) => { exec(req.query.a); });", true),
    (Language::JavaScript, "javascript/command-injection", "koa", "
const { exec } = require('child_process');
router.get('/', async (ctx) => { exec(ctx.query.a); });", true),
    (Language::JavaScript, "javascript/command-injection", "koa's request", "
const { exec } = require('child_process');
router.post('/', async (ctx) => { exec(ctx.request.body.a); });", true),
    (Language::JavaScript, "javascript/command-injection", "hapi", "
const { exec } = require('child_process');
server.route({ method: 'GET', path: '/', handler: (request, h) => { exec(request.payload.a); } });", true),
    (Language::TypeScript, "javascript/command-injection", "next", "
import { exec } from 'child_process';
export default function handler(req: NextApiRequest, res: NextApiResponse) { exec(req.body.a); }", true),
    (Language::TypeScript, "javascript/command-injection", "nest", "
import { exec } from 'child_process';
class A { @Get() f(@Query('a') a: string) { exec(a); } }", true),
    (Language::JavaScript, "javascript/command-injection", "a number", "
const { exec } = require('child_process');
app.get('/', (req, res) => { exec('ls ' + parseInt(req.query.a)); });", false),
    (Language::Go, "go/command-injection", "net/http", "
package a
import (\"net/http\"; \"os/exec\")
func f(w http.ResponseWriter, r *http.Request) { exec.Command(\"sh\", \"-c\", r.FormValue(\"a\")).Run() }", true),
    (Language::Go, "go/command-injection", "gin", "
package a
import (\"github.com/gin-gonic/gin\"; \"os/exec\")
func f(c *gin.Context) { exec.Command(\"sh\", \"-c\", c.Query(\"a\")).Run() }", true),
    (Language::Go, "go/command-injection", "echo", "
package a
import (\"github.com/labstack/echo/v4\"; \"os/exec\")
func f(c echo.Context) error { return exec.Command(\"sh\", \"-c\", c.QueryParam(\"a\")).Run() }", true),
    (Language::Go, "go/command-injection", "fiber", "
package a
import (\"github.com/gofiber/fiber/v2\"; \"os/exec\")
func f(c *fiber.Ctx) error { return exec.Command(\"sh\", \"-c\", c.Params(\"a\")).Run() }", true),
    (Language::Go, "go/command-injection", "chi", "
package a
import (\"github.com/go-chi/chi/v5\"; \"net/http\"; \"os/exec\")
func f(w http.ResponseWriter, r *http.Request) { exec.Command(\"sh\", \"-c\", chi.URLParam(r, \"a\")).Run() }", true),
    (Language::Go, "go/command-injection", "a number", "
package a
import (\"net/http\"; \"os/exec\"; \"strconv\")
func f(w http.ResponseWriter, r *http.Request) { n, _ := strconv.Atoi(r.FormValue(\"a\")); exec.Command(\"sh\", \"-c\", strconv.Itoa(n)).Run() }", false),
    (Language::Php, "php/command-injection", "superglobals", "<?php
system($_GET['a']);", true),
    (Language::Php, "php/command-injection", "laravel", "<?php
use Illuminate\\Http\\Request;
class AController extends Controller { public function f(Request $request) { system($request->input('a')); } }", true),
    (Language::Php, "php/command-injection", "laravel's fields", "<?php
use Illuminate\\Http\\Request;
class A { public function f(Request $request) { system($request->name); } }", true),
    (Language::Php, "php/command-injection", "laravel's helper", "<?php
function f() { system(request('a')); }", true),
    (Language::Php, "php/command-injection", "laravel's routes", "<?php
use Illuminate\\Support\\Facades\\Route;
Route::get('/a/{name}', function ($name) { system($name); });", true),
    (Language::Php, "php/command-injection", "a part of the address", "<?php
class AController extends Controller { public function show($name) { system($name); } }", true),
    (Language::Php, "php/command-injection", "symfony", "<?php
use Symfony\\Component\\HttpFoundation\\Request;
class A { public function f(Request $request) { system($request->query->get('a')); } }", true),
    (Language::Php, "php/command-injection", "symfony's attributes", "<?php
class A { public function f(#[MapQueryParameter] string $a) { system($a); } }", true),
    (Language::Php, "php/command-injection", "wordpress", "<?php
function f(WP_REST_Request $request) { system($request->get_param('a')); }", true),
    (Language::Php, "php/command-injection", "psr-7", "<?php
function f(ServerRequestInterface $request) { $a = $request->getQueryParams(); system($a['a']); }", true),
    (Language::Php, "php/command-injection", "codeigniter", "<?php
class A extends CI_Controller { public function f() { system($this->input->post('a')); } }", true),
    (Language::Php, "php/command-injection", "yii", "<?php
function f() { system(Yii::$app->request->get('a')); }", true),
    (Language::Php, "php/cross-site-scripting", "short tags", "<b><?= $_GET['a'] ?></b>", true),
    (Language::Php, "php/sql-injection", "wordpress's database", "<?php
function f() { global $wpdb; $wpdb->query(\"delete from a where b = '\" . $_POST['b'] . \"'\"); }", true),
    (Language::Php, "php/sql-injection", "laravel's database", "<?php
function f($request) { DB::table('a')->whereRaw('b = ' . $request->input('b'))->get(); }", true),
    (Language::Php, "php/sql-injection", "doctrine", "<?php
class A { public function __construct(private Connection $c) {}
  public function f(Request $request) { $this->c->executeQuery('select ' . $request->query->get('b')); } }", true),
    (Language::Php, "php/command-injection", "escaped", "<?php
system('ls ' . escapeshellarg($_GET['a']));", false),
    (Language::Php, "php/command-injection", "checked", "<?php
if (in_array($_GET['a'], ['b', 'c'], true)) { system($_GET['a']); }", false),
    (Language::Php, "php/command-injection", "what the server says of itself", "<?php
system('ls ' . $_SERVER['DOCUMENT_ROOT']);", false),
    (Language::Php, "php/sql-injection", "prepared", "<?php
function f($wpdb) { $wpdb->query($wpdb->prepare('select %s', $_GET['a'])); }", false),
    (Language::CSharp, "csharp/command-injection", "asp.net", "
class A : Page { void F() { Process.Start(Request.QueryString[\"a\"]); } }", true),
    (Language::CSharp, "csharp/command-injection", "a controller", "
public class A : Controller { public IActionResult F(string a) { Process.Start(a); return View(); } }", true),
    (Language::CSharp, "csharp/command-injection", "attributes", "
class A { [HttpPost] public void F([FromBody] string a) { Process.Start(a); } }", true),
    (Language::CSharp, "csharp/command-injection", "minimal apis", "
var app = builder.Build();
app.MapGet(\"/{a}\", (string a) => Process.Start(a));", true),
    (Language::CSharp, "csharp/command-injection", "minimal apis with the context", "
app.MapPost(\"/\", async (HttpContext context) => { Process.Start(context.Request.Query[\"a\"]); });", true),
    (Language::CSharp, "csharp/command-injection", "razor pages", "
public class A : PageModel { [BindProperty] public string Name { get; set; }
  public void OnPost() { Process.Start(Name); } }", true),
    (Language::CSharp, "csharp/command-injection", "signalr", "
public class A : Hub { public void Send(string a) { Process.Start(a); } }", true),
    (Language::CSharp, "csharp/sql-injection", "dapper", "
public class A : Controller { public IActionResult F(string a) {
  using var connection = new SqlConnection(s);
  return Ok(connection.Query<B>(\"select * from t where a = '\" + a + \"'\")); } }", true),
    (Language::CSharp, "csharp/sql-injection", "entity framework", "
public class A : Controller { public IActionResult F(string a) {
  return Ok(db.Users.FromSqlRaw($\"select * from t where a = '{a}'\")); } }", true),
    (Language::CSharp, "csharp/sql-injection", "a wanted type", "
public class A : Controller { public void F(string a) {
  SqlCommand c = new(\"select * from t where a = '\" + a + \"'\", conn); } }", true),
    (Language::CSharp, "csharp/sql-injection", "parameters", "
public class A : Controller { public void F(string a) {
  connection.Query<B>(\"select * from t where a = @a\", new { a }); } }", false),
    (Language::CSharp, "csharp/command-injection", "a number", "
app.MapGet(\"/{a}\", (int a) => Process.Start(\"ls\", \"-\" + a));", false),
    (Language::CSharp, "csharp/redirect-injection", "a local address", "
public class A : Controller { public IActionResult F(string u) {
  if (Url.IsLocalUrl(u)) { return Redirect(u); } return View(); } }", false),
    (Language::CSharp, "csharp/request-forgery", "a service", "
public class A : Controller { public async Task F(IClock clock) { await client.GetAsync(clock.Address); } }", false),
];

#[test]
fn data_comes_in_by_every_framework() {
    let packs = ["security", "recommended"].map(str::to_owned).into();
    let engine = Engine::new(&Ruleset { packs, ..Ruleset::default() }).expect("built-in rules");
    let mut wrong = Vec::new();
    for (language, rule, framework, source, wanted) in CASES {
        let report = engine.analyse(*language, source.trim_start().as_bytes());
        assert_eq!(report.health.error_bytes, 0, "{language} {framework} does not parse");
        let found = report.findings.iter().any(|f| f.rule == *rule);
        if found != *wanted {
            let all: Vec<&str> = report.findings.iter().map(|f| f.rule.as_str()).collect();
            wrong.push(format!("{language}, {framework}: {rule} {found}, beside {all:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
